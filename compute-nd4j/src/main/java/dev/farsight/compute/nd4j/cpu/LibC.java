package dev.farsight.compute.nd4j.cpu;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** The two calls of the C library that Java has no equal for. */
interface LibC extends Library {

  /** Loaded on first use. */
  LibC CALLS = Native.load("c", LibC.class);

  /** {@code MADV_HUGEPAGE} of madvise(2). */
  int HUGE_PAGES = 14;

  /** Sets a variable where native libraries see it; {@link System#getenv} does not. */
  int setenv(String name, String value, int overwrite);

  /** Advises the kernel on the use of whole pages; {@code address} at the start of one. */
  int madvise(long address, long bytes, int advice);
}
