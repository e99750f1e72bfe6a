/** The product's name, spelled once. */
export const PRODUCT = 'Watchbill';
