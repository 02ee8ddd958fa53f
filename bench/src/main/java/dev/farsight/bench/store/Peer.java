package dev.farsight.bench.store;

import dev.farsight.api.memory.RowBuffer;
import java.nio.file.Path;

/**
 * Something that keeps rows in files. Opened empty, with memory for so many bytes of rows. Calls
 * from several threads at once are of different rows.
 */
interface Peer extends AutoCloseable {

  String name();

  /** Where its files are. */
  Path directory();

  /** Makes what one thread needs to call it. */
  Caller caller();

  /** Everything written is in its files. */
  void flush();

  /** Waits until nothing goes on in the background on behalf of earlier calls. */
  default void settle() {}

  @Override
  void close();

  /** Batches of one thread. */
  interface Caller extends AutoCloseable {

    void read(long[] ids, int count, RowBuffer into);

    void write(long[] ids, int count, RowBuffer source);

    @Override
    void close();
  }
}
