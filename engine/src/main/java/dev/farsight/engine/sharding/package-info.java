/** Decides how the rows of tables are divided over several devices, and records the decision. */
package dev.farsight.engine.sharding;
