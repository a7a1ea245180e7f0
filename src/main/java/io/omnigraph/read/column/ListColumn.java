package io.omnigraph.read.column;

import io.omnigraph.schema.PropertyType;
import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;

/** Lists of scalars: a range of an item column per row, begin -1 for a null list. */
public final class ListColumn extends Column {

  private final PropertyType type;
  private int[] begins;
  private int[] ends;
  private final Column items;
  private int used;

  ListColumn(PropertyType type, int capacity) {
    this(type, new int[capacity], new int[capacity], Column.create(itemType(type), capacity), 0);
    Arrays.fill(begins, -1);
  }

  private ListColumn(PropertyType type, int[] begins, int[] ends, Column items, int used) {
    this.type = type;
    this.begins = begins;
    this.ends = ends;
    this.items = items;
    this.used = used;
  }

  /** The type of the items of a list type. */
  public static PropertyType itemType(PropertyType listType) {
    return new PropertyType(listType.scalar(), false, true, listType.enumValues(), 0);
  }

  private void put(int row, int begin, int end) {
    if (row >= begins.length) {
      int old = begins.length;
      begins = Arrays.copyOf(begins, grown(old, row));
      Arrays.fill(begins, old, begins.length, -1);
      ends = Arrays.copyOf(ends, begins.length);
    }
    begins[row] = begin;
    ends[row] = end;
  }

  public Column items() {
    return items;
  }

  /** First item of the list in a row that is not null. */
  public int begin(int row) {
    return begins[row];
  }

  /** One past the last item. */
  public int end(int row) {
    return ends[row];
  }

  /** The items of the list in a row that is not null. */
  public Cells itemsOf(int row) {
    int[] rows = new int[ends[row] - begins[row]];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = begins[row] + i;
    }
    return items.gather(rows, rows.length);
  }

  @Override
  public boolean isNull(int row) {
    return row >= begins.length || begins[row] < 0;
  }

  @Override
  public void set(int row, FieldVector source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
      return;
    }
    ListVector lists = (ListVector) source;
    int begin = used;
    for (int i = lists.getElementStartIndex(sourceRow);
        i < lists.getElementEndIndex(sourceRow);
        i++) {
      items.set(used++, lists.getDataVector(), i);
    }
    put(row, begin, used);
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
      return;
    }
    ListColumn from = (ListColumn) source.column();
    int fromRow = source.rowAt(sourceRow);
    int begin = used;
    int count = from.ends[fromRow] - from.begins[fromRow];
    Cells cells = from.itemsOf(fromRow);
    for (int i = 0; i < count; i++) {
      items.set(used++, cells, i);
    }
    put(row, begin, used);
  }

  void put(int row, Cells[] values) {
    int begin = used;
    for (Cells value : values) {
      items.set(used++, value, 0);
    }
    put(row, begin, used);
  }

  @Override
  public void setNull(int row) {
    if (row < begins.length) {
      begins[row] = -1;
    }
  }

  @Override
  public Cells gather(int[] rows, int count) {
    return Cells.ofColumn(Cells.Kind.LIST, this, rows, count);
  }

  @Override
  public Column copy() {
    return new ListColumn(type, begins.clone(), ends.clone(), items.copy(), used);
  }

  @Override
  public long bytes() {
    return 48L + 8L * begins.length + items.bytes();
  }
}
