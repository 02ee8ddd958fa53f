/** Training as it must come out, whatever cache stands between rows and device. */
package dev.farsight.testkit.engine;
