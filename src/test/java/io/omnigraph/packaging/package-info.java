/** What surrounds the program: launchers, container, build entry, demo. */
@NullMarked
package io.omnigraph.packaging;

import org.jspecify.annotations.NullMarked;
