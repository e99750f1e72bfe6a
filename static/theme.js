// Applies the chosen theme before the first paint. A file of its own, because the content policy allows no inline script.
(() => {
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
})();
