package io.omnigraph.write;

import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.util.List;
import org.apache.arrow.vector.VarCharVector;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/** The sources of committed edges that a load replaces: read from the table as they are needed. */
final class CommittedSources implements IdGroup {

  private final CommittedRows committed;
  private final @Nullable Roaring64Bitmap replaced;

  private CommittedSources(CommittedRows committed, @Nullable Roaring64Bitmap replaced) {
    this.committed = committed;
    this.replaced = replaced;
  }

  /** The sources of some edges, known to be many. */
  static IdGroup of(CommittedRows committed, Roaring64Bitmap replaced) {
    return new CommittedSources(committed, replaced);
  }

  /**
   * The sources of all edges.
   *
   * @param budget what may be held at a time
   */
  static IdGroup all(CommittedRows committed, IdBudget budget) {
    CommittedSources sources = new CommittedSources(committed, null);
    try {
      return IdGroup.of(sources.gather(HashShare.ALL, budget));
    } catch (IdBudget.Exceeded e) {
      return sources;
    }
  }

  @Override
  public int shares() {
    return 2;
  }

  @Override
  public IdPool in(HashShare share, IdBudget budget) {
    return gather(share, budget);
  }

  private IdPool gather(HashShare share, IdBudget budget) {
    IdPool sources = new IdPool(budget);
    List<String> columns =
        replaced == null
            ? List.of(TableSchemas.SRC)
            : List.of(TableSchemas.SRC, ScanRequest.ROW_ADDRESS);
    committed.visit(
        ScanRequest.of(columns),
        (batch, row) -> {
          VarCharVector cells = Rows.sources(batch);
          if (share.has(cells, row)
              && (replaced == null || replaced.contains(Rows.address(batch, row)))) {
            sources.add(cells, row);
          }
        });
    return sources;
  }
}
