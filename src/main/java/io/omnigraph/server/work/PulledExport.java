package io.omnigraph.server.work;

import io.omnigraph.server.bus.Answer;
import io.omnigraph.write.ExportStream;

/** The records of an export. */
final class PulledExport implements PulledResult {

  private static final byte[] NOTHING = {};

  private final ExportStream export;

  PulledExport(ExportStream export) {
    this.export = export;
  }

  @Override
  public Answer.Chunk pull() {
    byte[] piece = export.next(PIECE_BYTES);
    return piece == null ? new Answer.Chunk(NOTHING, true) : new Answer.Chunk(piece, false);
  }

  /** A piece is short work. */
  @Override
  public void cancel() {}

  @Override
  public void close() {
    export.close();
  }
}
