package io.omnigraph.write;

/**
 * Some texts of one table, such as the ids of its new rows: in memory, or so many that they are
 * gathered anew whenever a share of them is asked for.
 */
interface IdGroup {

  IdGroup NONE = of(new IdPool());

  static IdGroup of(IdPool pool) {
    return new IdGroup() {
      @Override
      public int shares() {
        return 1;
      }

      @Override
      public IdPool in(HashShare share, IdBudget budget) {
        return pool;
      }
    };
  }

  /** Into how many shares the texts have to fall at least; 1 if they are all in memory. */
  int shares();

  /**
   * The texts of a share, and perhaps others.
   *
   * @param budget pays for what has to be gathered
   */
  IdPool in(HashShare share, IdBudget budget);

  /** All texts; only asked for where they are in memory. */
  default IdPool all() {
    if (shares() > 1) {
      throw new IllegalStateException("the texts are not in memory");
    }
    return in(HashShare.ALL, IdBudget.unlimited());
  }
}
