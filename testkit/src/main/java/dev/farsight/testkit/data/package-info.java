/** Data for tests. */
package dev.farsight.testkit.data;
