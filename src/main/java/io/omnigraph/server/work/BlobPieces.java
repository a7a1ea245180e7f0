package io.omnigraph.server.work;

import io.omnigraph.server.bus.Answer;
import io.omnigraph.write.BlobContent;

/** A range of a blob in pieces of at most {@value #MAX_PIECE} bytes. */
final class BlobPieces implements PulledResult {

  private static final int MAX_PIECE = 1 << 20;

  private final BlobContent blob;
  private final long end;
  private long at;

  BlobPieces(BlobContent blob, long from, long length) {
    this.blob = blob;
    this.at = from;
    this.end = from + length;
  }

  @Override
  public Answer.Chunk pull() {
    byte[] piece = blob.read(at, (int) Math.min(MAX_PIECE, end - at));
    at += piece.length;
    return new Answer.Chunk(piece, at == end);
  }

  /** A piece is short work. */
  @Override
  public void cancel() {}

  @Override
  public void close() {
    blob.close();
  }
}
