package io.omnigraph.server.work;

import io.omnigraph.api.BlobConditions;
import io.omnigraph.server.bus.Answer;
import io.omnigraph.server.bus.ReadMessage;
import io.omnigraph.write.BlobContent;
import io.omnigraph.write.BlobSelector;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Turns an opened blob into an answer. */
final class BlobAnswers {

  private static final byte[] NOTHING = {};

  private BlobAnswers() {}

  /** Takes over the blob, also on failure. */
  static Answer of(String id, BlobContent blob, ReadMessage.Blob asked, Cursors cursors) {
    boolean handedOver = false;
    try {
      Map<String, String> headers = new TreeMap<>();
      headers.put("Omnigraph-Snapshot-Id", blob.commit().value());
      if (blob.externalUri().isPresent()) {
        headers.put("Location", blob.externalUri().get());
        headers.put("Cache-Control", "no-store");
        return new Answer.Content(302, headers, 0, NOTHING, null);
      }
      headers.put("ETag", blob.etag());
      headers.put("Accept-Ranges", "bytes");
      // The branch may move at any time; the entity tag tells whether this blob did.
      headers.put("Cache-Control", "private, no-cache");
      BlobConditions.Decision decision = asked.conditions().decide(blob.etag(), blob.size());
      if (decision instanceof BlobConditions.NotModified) {
        return new Answer.Content(304, headers, -1, NOTHING, null);
      }
      // Whatever somebody stored must not run as a page of this origin.
      headers.put("Content-Type", "application/octet-stream");
      headers.put("X-Content-Type-Options", "nosniff");
      headers.put("Content-Disposition", disposition(asked.request().selector()));
      long from = 0;
      long length = blob.size();
      int status = 200;
      if (decision instanceof BlobConditions.Part part) {
        from = part.from();
        length = part.length();
        status = 206;
        headers.put(
            "Content-Range", "bytes " + from + "-" + (from + length - 1) + "/" + blob.size());
      }
      if (asked.conditions().head()) {
        return new Answer.Content(status, headers, length, NOTHING, null);
      }
      handedOver = true;
      Answer.Chunk first = cursors.transferFirst(id, new BlobPieces(blob, from, length));
      return new Answer.Content(status, headers, length, first.bytes(), first.last() ? null : id);
    } finally {
      if (!handedOver) {
        blob.close();
      }
    }
  }

  private static String disposition(BlobSelector selector) {
    String name =
        selector.table().typeName() + "-" + selector.id() + "-" + selector.property() + ".bin";
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return "attachment; filename=\""
        + plain
        + "\"; filename*=UTF-8''"
        + encoded.replace("*", "%2A");
  }
}
