/** What runs: epochs cut into phases, evaluations, checkpoints, and what is counted. */
package dev.farsight.engine.run;
