package io.omnigraph.server.work;

import io.omnigraph.server.bus.Answer;
import io.omnigraph.write.BlobContent;
import java.util.function.BooleanSupplier;

/** A range of a blob in pieces of at most {@value #PIECE_BYTES} bytes. */
final class BlobPieces implements ResultPieces {

  private static final int PIECE_BYTES = 1 << 20;

  private final BlobContent blob;
  private final long end;
  private long at;

  BlobPieces(BlobContent blob, long from, long length) {
    this.blob = blob;
    this.at = from;
    this.end = from + length;
  }

  @Override
  public Answer.Chunk next(BooleanSupplier givenUp) {
    byte[] piece = blob.read(at, (int) Math.min(PIECE_BYTES, end - at));
    at += piece.length;
    return new Answer.Chunk(piece, at == end);
  }

  @Override
  public void close() {
    blob.close();
  }
}
