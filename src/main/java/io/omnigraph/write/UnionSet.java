package io.omnigraph.write;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;

/** Two disjoint sets seen as one, without copying. */
final class UnionSet extends AbstractSet<String> {

  private final Set<String> first;
  private final Set<String> second;

  UnionSet(Set<String> first, Set<String> second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public boolean contains(Object value) {
    return first.contains(value) || second.contains(value);
  }

  @Override
  public int size() {
    return first.size() + second.size();
  }

  @Override
  public Iterator<String> iterator() {
    Iterator<String> one = first.iterator();
    Iterator<String> two = second.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return one.hasNext() || two.hasNext();
      }

      @Override
      public String next() {
        return one.hasNext() ? one.next() : two.next();
      }
    };
  }
}
