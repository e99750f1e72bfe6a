// What was just done can be taken back for eight seconds: in the toast, by `Z`, and from the palette.
import { toast } from 'svelte-sonner';

const OFFERED_MS = 8_000;

export interface UndoOffer {
  text: string;
  undo: () => void;
}

class Undo {
  /** The latest thing that can still be taken back. */
  offered = $state.raw<UndoOffer | null>(null);

  /** Says what was done, and offers to take it back. */
  offer(text: string, undo: () => void): void {
    const offer: UndoOffer = { text, undo };
    this.offered = offer;
    const gone = () => {
      if (this.offered === offer) this.offered = null;
    };
    toast(text, {
      id: 'undo',
      duration: OFFERED_MS,
      action: { label: 'Undo', onClick: () => this.take(offer) },
      onAutoClose: gone,
      onDismiss: gone,
    });
  }

  /** Takes it back. A second tap on the same offer does nothing. */
  take(offer = this.offered): void {
    if (offer === null || this.offered !== offer) return;
    this.offered = null;
    toast.dismiss('undo');
    offer.undo();
  }
}

export const undo = new Undo();

/** Says what was done, with `Undo` beside it. */
export const offerUndo = (text: string, take: () => void): void => undo.offer(text, take);
