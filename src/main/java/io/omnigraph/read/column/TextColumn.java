package io.omnigraph.read.column;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * Texts: a start into a {@link TextPool} per row, -1 for null. Copies share the pool, which only
 * grows and is its own lock.
 */
public final class TextColumn extends Column {

  private int[] starts;
  private final TextPool pool;
  private final AtomicBoolean endTaken = new AtomicBoolean();

  TextColumn(int capacity) {
    this(new int[capacity], new TextPool(capacity * 8));
    Arrays.fill(starts, -1);
  }

  private TextColumn(int[] starts, TextPool pool) {
    this.starts = starts;
    this.pool = pool;
  }

  private void put(int row, int start) {
    if (row >= starts.length) {
      int old = starts.length;
      starts = Arrays.copyOf(starts, grown(old, row));
      Arrays.fill(starts, old, starts.length, -1);
    }
    starts[row] = start;
  }

  private int append(byte[] text, int offset, int length) {
    synchronized (pool) {
      return pool.share(text, offset, length);
    }
  }

  @Override
  public boolean isNull(int row) {
    return row >= starts.length || starts[row] < 0;
  }

  @Override
  public void set(int row, FieldVector source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else {
      byte[] text = ((VarCharVector) source).get(sourceRow);
      put(row, append(text, 0, text.length));
    }
  }

  @Override
  public void setAll(FieldVector source, int[] ordinals, int count) {
    HeapText texts = HeapText.of((VarCharVector) source);
    synchronized (pool) {
      for (int i = 0; i < count; i++) {
        if (ordinals[i] >= 0 && source.isNull(i)) {
          setNull(ordinals[i]);
        } else if (ordinals[i] >= 0) {
          put(ordinals[i], pool.share(texts.bytes(), texts.offsets()[i], texts.length(i)));
        }
      }
    }
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else {
      byte[] from = source.pool();
      int start = source.startAt(sourceRow);
      put(row, append(from, TextPool.offset(from, start), TextPool.length(from, start)));
    }
  }

  @Override
  public void setNull(int row) {
    if (row < starts.length) {
      starts[row] = -1;
    }
  }

  @Override
  public Cells gather(int[] rows, int count) {
    if (hasAll(rows, count)) {
      return Cells.viewOfTexts(pool.bytes(), starts, rows);
    }
    int[] out = new int[count];
    boolean[] nulls = null;
    for (int i = 0; i < count; i++) {
      int start = rows[i] < starts.length ? starts[rows[i]] : -1;
      if (start >= 0) {
        out[i] = start;
      } else {
        nulls = Cells.markNull(nulls, i, count);
      }
    }
    return Cells.ofTexts(pool.bytes(), out, nulls);
  }

  private boolean hasAll(int[] rows, int count) {
    int[] known = starts;
    int any = 0;
    for (int i = 0; i < count; i++) {
      if (rows[i] >= known.length) {
        return false;
      }
      any |= known[rows[i]];
    }
    return any >= 0;
  }

  @Override
  public Cells gatherPresent(int[] rows, int count) {
    return Cells.viewOfTexts(pool.bytes(), starts, rows);
  }

  @Override
  boolean hasAll(Bits rows) {
    int[] known = starts;
    for (int row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
      if (row >= known.length || known[row] < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Column copy() {
    return new TextColumn(starts.clone(), pool);
  }

  @Override
  public Column extended() {
    int[] shared = endTaken.compareAndSet(false, true) ? starts : starts.clone();
    return new TextColumn(shared, pool);
  }

  @Override
  public long bytes() {
    return 24L + 4L * starts.length + pool.bytesHeld();
  }
}
