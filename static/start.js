// What must be so before the app's first line. A file of its own, because the content policy allows no inline script.

// zod otherwise tries `new Function` to see whether it may, and the content policy reports that.
globalThis.__zod_globalConfig = { jitless: true };

// The chosen theme, before the first paint.
try {
  for (const [key, values] of [
    ['theme', ['light', 'dark']],
    ['motion', ['reduced']],
  ]) {
    const value = localStorage.getItem(key);
    if (values.includes(value)) document.documentElement.dataset[key] = value;
  }
} catch {
  // Storage is forbidden: the device decides.
}
