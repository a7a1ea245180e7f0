package io.omnigraph.read.text;

import io.omnigraph.storage.FullTextTerms;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The words of one text column of one data file, by term. Rows are named by their offset in the
 * file. A data file never changes, so this holds for every version and branch that shows the file;
 * which of its rows are alive is another matter. Immutable.
 */
public final class Postings {

  private static final int NO_TEXT = -1;

  private final TermDictionary terms;

  /** Where the rows of a term begin, and where those of the last end. */
  private final int[] begins;

  /** A row for each time that a term occurs, ascending within the term. */
  private final int[] rows;

  /** Tokens of each row. */
  private final int[] lengths;

  /** Rows that had been deleted when the file was read, ascending: nothing is known of them. */
  private final int[] unread;

  private Postings(TermDictionary terms, int[] begins, int[] rows, int[] lengths, int[] unread) {
    this.terms = terms;
    this.begins = begins;
    this.rows = rows;
    this.lengths = lengths;
    this.unread = unread;
  }

  /** The number of a term; -1 if no text has it. */
  public int term(String term) {
    byte[] utf8 = term.getBytes(StandardCharsets.UTF_8);
    return terms.find(utf8, utf8.length);
  }

  /**
   * Where the occurrences of a term begin in {@link #rows}; they end where the next one's begin.
   */
  public int begin(int term) {
    return begins[term];
  }

  /** A row for each time that a term occurs, ascending within the term; not to be changed. */
  public int[] rows() {
    return rows;
  }

  /** One more than the last row. */
  public int rowLimit() {
    return lengths.length;
  }

  public boolean hasText(int row) {
    return lengths[row] != NO_TEXT;
  }

  /** Tokens of the text of a row that has one. */
  public int length(int row) {
    return lengths[row];
  }

  /** Whether nothing is known of a row that the predicate names. */
  public boolean lacks(IntPredicate alive) {
    return Arrays.stream(unread).anyMatch(alive);
  }

  public long bytes() {
    return 128L
        + terms.bytes()
        + 4L * (begins.length + rows.length + lengths.length + unread.length);
  }

  /** Takes the texts of a file in the order of their rows. */
  public static final class Builder {
    private final TermDictionary terms = new TermDictionary();
    private final IntArrayList tokens = new IntArrayList();
    private final IntArrayList unread = new IntArrayList();
    private final int[] lengths;
    private byte[] token = new byte[64];
    private int next;

    /**
     * @param rows of the file, deleted ones included
     */
    public Builder(int rows) {
      this.lengths = new int[rows];
    }

    public void addNull(int row) {
      skipTo(row);
      lengths[row] = NO_TEXT;
      next = row + 1;
    }

    /**
     * @param utf8 holds the text
     */
    public void add(int row, byte[] utf8, int offset, int length) {
      skipTo(row);
      int before = tokens.size();
      if (!addPlain(utf8, offset, length)) {
        tokens.size(before);
        FullTextTerms.eachToken(
            new String(utf8, offset, length, StandardCharsets.UTF_8),
            word -> {
              byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
              tokens.add(terms.add(bytes, bytes.length));
            });
      }
      lengths[row] = tokens.size() - before;
      next = row + 1;
    }

    private void skipTo(int row) {
      if (row < next) {
        throw new IllegalArgumentException("row " + row + " comes after row " + (next - 1));
      }
      for (; next < row; next++) {
        lengths[next] = NO_TEXT;
        unread.add(next);
      }
    }

    /** Cuts a text of ASCII letters where it lies; false if it has others. */
    private boolean addPlain(byte[] utf8, int offset, int length) {
      int size = 0;
      for (int at = offset; at < offset + length; at++) {
        int c = utf8[at];
        if (c < 0) {
          return false;
        }
        if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
          if (size == token.length) {
            token = Arrays.copyOf(token, 2 * size);
          }
          token[size++] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
        } else if (size > 0) {
          tokens.add(terms.add(token, size));
          size = 0;
        }
      }
      if (size > 0) {
        tokens.add(terms.add(token, size));
      }
      return true;
    }

    public Postings build() {
      skipTo(lengths.length);
      int[] begins = new int[terms.size() + 1];
      for (int i = 0; i < tokens.size(); i++) {
        begins[tokens.getInt(i) + 1]++;
      }
      for (int term = 0; term < terms.size(); term++) {
        begins[term + 1] += begins[term];
      }
      int[] at = begins.clone();
      int[] rows = new int[tokens.size()];
      int token = 0;
      for (int row = 0; row < lengths.length; row++) {
        for (int i = 0; i < lengths[row]; i++) {
          rows[at[tokens.getInt(token++)]++] = row;
        }
      }
      return new Postings(terms, begins, rows, lengths, unread.toIntArray());
    }
  }
}
