package io.omnigraph.schema;

import java.util.List;

/**
 * An interface: a named set of properties that node types take over. It has no table. Properties
 * are sorted by name.
 */
public record InterfaceType(String name, List<Property> properties) {
  public InterfaceType {
    properties = List.copyOf(properties);
  }
}
