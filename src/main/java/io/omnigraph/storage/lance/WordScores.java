package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.FullText;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.longs.Long2DoubleOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * All hits of a query with the library's scores, which must be right word by word. The library adds
 * what a text gets for each word in an order that varies from text to text. Of two words the sum is
 * the same either way; more of them are asked for one by one and added here, so that texts that are
 * alike have one score.
 */
final class WordScores {

  private WordScores() {}

  /**
   * @param request for all hits of the table, without conditions
   * @param words by token, as they were written
   * @param query finds the hits of all words
   */
  static BatchStream addUp(
      LanceSnapshot snapshot,
      ScanRequest request,
      Map<String, String> words,
      FullText query,
      BufferAllocator allocator)
      throws Exception {
    Long2DoubleOpenHashMap sums = new Long2DoubleOpenHashMap();
    for (String word : new TreeMap<>(words).values()) {
      add(snapshot, new FullText(query.column(), word, 0), sums, allocator);
    }
    List<String> columns = new ArrayList<>(request.columns());
    columns.removeAll(List.of(ScanRequest.SCORE, ScanRequest.ROW_ID));
    columns.add(ScanRequest.ROW_ID);
    RankedRows rows = new RankedRows(snapshot, request.columns(), allocator);
    FloatArrayList scores = new FloatArrayList();
    try (BatchStream hits = LanceScan.start(snapshot, ScanRequest.of(columns), query, allocator)) {
      for (VectorSchemaRoot batch = hits.next(); batch != null; batch = hits.next()) {
        UInt8Vector ids = (UInt8Vector) batch.getVector(ScanRequest.ROW_ID);
        for (int row = 0; row < batch.getRowCount(); row++) {
          rows.add(batch, row);
          scores.add((float) sums.get(ids.get(row)));
        }
      }
      return rows.finish(scores.toFloatArray(), request);
    } catch (Exception | Error e) {
      rows.close();
      throw e;
    }
  }

  private static void add(
      LanceSnapshot snapshot, FullText word, Long2DoubleOpenHashMap sums, BufferAllocator allocator)
      throws Exception {
    ScanRequest scan = ScanRequest.of(ScanRequest.ROW_ID, ScanRequest.SCORE);
    try (BatchStream hits = LanceScan.start(snapshot, scan, word, allocator)) {
      for (VectorSchemaRoot batch = hits.next(); batch != null; batch = hits.next()) {
        UInt8Vector ids = (UInt8Vector) batch.getVector(ScanRequest.ROW_ID);
        Float4Vector scores = (Float4Vector) batch.getVector(ScanRequest.SCORE);
        for (int row = 0; row < batch.getRowCount(); row++) {
          sums.addTo(ids.get(row), scores.get(row));
        }
      }
    }
  }
}
