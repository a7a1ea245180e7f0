package io.omnigraph.storage;

/** Looks at places outside a graph to which blobs refer, before a reference is stored. */
@FunctionalInterface
public interface BlobSources {

  /** Takes references as they are: for those that were checked when they were first stored. */
  BlobSources UNCHECKED = uri -> {};

  /**
   * Makes sure that something can be read there. Reads no bytes of it.
   *
   * @param uri absolute, of an admitted place
   * @throws io.omnigraph.model.ExternalBlobSourceException if it cannot be reached
   */
  void require(String uri);
}
