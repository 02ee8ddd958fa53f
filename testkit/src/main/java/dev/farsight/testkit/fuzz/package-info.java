/** For tests of what reads files that others made: damaged copies of a good file. */
package dev.farsight.testkit.fuzz;
