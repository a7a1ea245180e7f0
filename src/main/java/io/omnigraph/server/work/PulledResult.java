package io.omnigraph.server.work;

import io.omnigraph.server.bus.Answer;

/**
 * A result that is pulled piece by piece, by one worker at a time; each piece is one short piece of
 * work.
 */
interface PulledResult extends AutoCloseable {

  /** Enough to make a round trip worth while, little enough to hold for a slow client. */
  int PIECE_BYTES = 1 << 17;

  /** The next piece, of about {@value #PIECE_BYTES} bytes. */
  Answer.Chunk pull();

  /** Makes a pull that is under way fail soon. From any thread. */
  void cancel();

  @Override
  void close();
}
