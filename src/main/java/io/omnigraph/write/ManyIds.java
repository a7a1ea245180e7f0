package io.omnigraph.write;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Stands for the ids of a change that are too many to be told apart: claims to hold every id, so
 * that any other change of the table counts as touching it.
 */
final class ManyIds extends AbstractSet<String> {

  static final Set<String> INSTANCE = new ManyIds();

  private ManyIds() {}

  @Override
  public boolean contains(Object value) {
    return true;
  }

  @Override
  public int size() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Iterator<String> iterator() {
    throw new UnsupportedOperationException("too many ids to go through");
  }
}
