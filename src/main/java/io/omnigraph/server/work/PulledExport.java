package io.omnigraph.server.work;

import io.omnigraph.server.bus.Answer;
import io.omnigraph.write.ExportStream;
import java.util.Arrays;

/** The records of an export, cut into pieces of one size: a record may go on in the next piece. */
final class PulledExport implements PulledResult {

  private static final int CHUNK = ExportBudget.CHUNK_BYTES;

  private final ExportStream export;
  private final ExportBudget.Ticket ticket;
  private byte[] gathered = {};
  private int sent;

  /** Takes over both. */
  PulledExport(ExportStream export, ExportBudget.Ticket ticket) {
    this.export = export;
    this.ticket = ticket;
  }

  @Override
  public Answer.Chunk pull() {
    boolean more = true;
    while (more && gathered.length - sent < CHUNK) {
      byte[] next = export.next(CHUNK - (gathered.length - sent));
      more = next != null;
      if (next != null) {
        append(next);
      }
    }
    int length = Math.min(CHUNK, gathered.length - sent);
    byte[] piece = Arrays.copyOfRange(gathered, sent, sent + length);
    sent += length;
    return new Answer.Chunk(piece, !more && sent == gathered.length);
  }

  private void append(byte[] next) {
    int rest = gathered.length - sent;
    byte[] both = Arrays.copyOfRange(gathered, sent, gathered.length + next.length);
    System.arraycopy(next, 0, both, rest, next.length);
    gathered = both;
    sent = 0;
  }

  /** A piece is short work. */
  @Override
  public void cancel() {}

  @Override
  public void close() {
    try {
      export.close();
    } finally {
      ticket.close();
    }
  }
}
