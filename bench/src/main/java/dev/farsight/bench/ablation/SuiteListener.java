package dev.farsight.bench.ablation;

/** Hears how a suite goes on. */
public interface SuiteListener {

  /** A line for people. */
  void say(String line);
}
