/** What runs have left: the list of runs, and pages that compare them. */
package dev.farsight.watch.runs;
