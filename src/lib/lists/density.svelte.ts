// How tall rows are, on this device: compact for a mouse, comfortable where it is chosen.
export type Density = 'comfortable' | 'compact';

const KEY = 'density';

function stored(): Density {
  try {
    return localStorage.getItem(KEY) === 'comfortable' ? 'comfortable' : 'compact';
  } catch {
    return 'compact'; // storage is forbidden: the choice lasts as long as the page
  }
}

class RowDensity {
  #density = $state<Density>(stored());

  get current(): Density {
    return this.#density;
  }
  set current(density: Density) {
    this.#density = density;
    try {
      localStorage.setItem(KEY, density);
    } catch {
      // See `stored`.
    }
  }

  /** Height of a row of a desk's table, in px. */
  get rowPx(): number {
    return this.#density === 'compact' ? 36 : 52;
  }
}

export const density = new RowDensity();
