import type { Notified } from '#domain/protocol/connectors.ts';

declare global {
  namespace App {
    interface PageState {
      /** Who was told about a connector that was just added: for the page its maker is led to. */
      notified?: Notified[];
    }
  }
}
export {};
