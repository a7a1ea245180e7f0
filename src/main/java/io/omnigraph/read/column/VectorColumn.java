package io.omnigraph.read.column;

import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/**
 * Dense float vectors of one dimension. Each vector gets a new slot when it is set, so null rows
 * cost four bytes and full pages can be shared with copies.
 */
public final class VectorColumn extends Column {

  private static final int SLOTS_PER_PAGE_BYTES = 1 << 20;

  /** Stands for an element that is null: one NaN among many, told apart by its bits. */
  private static final int MISSING_BITS = 0x7fc0_0bad;

  private static final float MISSING = Float.intBitsToFloat(MISSING_BITS);

  private final int dimension;
  private final int slotsPerPage;
  private int[] slots;
  private float[][] pages;
  private int used;

  VectorColumn(int dimension, int capacity) {
    this.dimension = dimension;
    this.slotsPerPage = Math.max(1, SLOTS_PER_PAGE_BYTES / (4 * dimension));
    this.slots = new int[capacity];
    Arrays.fill(slots, -1);
    this.pages = new float[0][];
  }

  private VectorColumn(VectorColumn other) {
    this.dimension = other.dimension;
    this.slotsPerPage = other.slotsPerPage;
    this.slots = other.slots.clone();
    this.pages = other.pages.clone();
    if (pages.length > 0) {
      pages[pages.length - 1] = pages[pages.length - 1].clone();
    }
    this.used = other.used;
  }

  /** Whether an element of a page is null in storage. */
  public static boolean isMissing(float element) {
    return Float.isNaN(element) && Float.floatToRawIntBits(element) == MISSING_BITS;
  }

  public int dimension() {
    return dimension;
  }

  private int claim(int row) {
    if (row >= slots.length) {
      int old = slots.length;
      slots = Arrays.copyOf(slots, grown(old, row));
      Arrays.fill(slots, old, slots.length, -1);
    }
    int slot = used++;
    if (slot / slotsPerPage >= pages.length) {
      pages = Arrays.copyOf(pages, pages.length + 1);
      pages[pages.length - 1] = new float[slotsPerPage * dimension];
    }
    slots[row] = slot;
    return slot;
  }

  @Override
  public boolean isNull(int row) {
    return row >= slots.length || slots[row] < 0;
  }

  /** The array that holds the vector of a row that is not null, at {@link #offset}. */
  public float[] page(int row) {
    return pages[slots[row] / slotsPerPage];
  }

  public int offset(int row) {
    return (slots[row] % slotsPerPage) * dimension;
  }

  @Override
  public void set(int row, FieldVector source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
      return;
    }
    FixedSizeListVector lists = (FixedSizeListVector) source;
    Float4Vector items = (Float4Vector) lists.getDataVector();
    claim(row);
    float[] page = page(row);
    int offset = offset(row);
    int first = sourceRow * dimension;
    for (int i = 0; i < dimension; i++) {
      page[offset + i] = items.isNull(first + i) ? MISSING : items.get(first + i);
    }
  }

  void put(int row, float[] elements) {
    claim(row);
    System.arraycopy(elements, 0, page(row), offset(row), elements.length);
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
      return;
    }
    VectorColumn from = (VectorColumn) source.column();
    int fromRow = source.rowAt(sourceRow);
    claim(row);
    System.arraycopy(from.page(fromRow), from.offset(fromRow), page(row), offset(row), dimension);
  }

  @Override
  public void setNull(int row) {
    if (row < slots.length) {
      slots[row] = -1;
    }
  }

  @Override
  public Cells gather(int[] rows, int count) {
    return Cells.ofColumn(Cells.Kind.VECTOR, this, rows, count);
  }

  @Override
  public Column copy() {
    return new VectorColumn(this);
  }

  @Override
  public long bytes() {
    return 48L + 4L * slots.length + (long) pages.length * slotsPerPage * dimension * 4;
  }
}
