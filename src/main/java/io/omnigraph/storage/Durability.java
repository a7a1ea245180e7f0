package io.omnigraph.storage;

/** What an acknowledged write survives on a local disk. Object stores always behave like FSYNC. */
public enum Durability {
  /** Every file is forced to disk before the next step: survives a power cut. The default. */
  FSYNC,
  /** Left to the operating system: survives the death of the process, for throw-away data. */
  OS
}
