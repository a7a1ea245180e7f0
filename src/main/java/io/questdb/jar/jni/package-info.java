/**
 * Our stand-in for the library {@code jar-jni}, which the Lance client calls to load its native
 * code. Only the one entry point that Lance links against lives here; the package and class names
 * are Lance's choice. The reasons are in {@code docs/dev/decisions/0001-native-library.md}.
 */
@NullMarked
package io.questdb.jar.jni;

import org.jspecify.annotations.NullMarked;
