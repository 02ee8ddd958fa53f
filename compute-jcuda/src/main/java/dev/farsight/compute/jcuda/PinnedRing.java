package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.memory.RowBuffer;
import jcuda.driver.JCudaDriver;

/**
 * Copies between a ring in pinned memory and its mirror on the device. The ring lies in chunks, its
 * mirror in one stretch, so copies are cut where a chunk ends.
 */
final class PinnedRing {

  private final RowBuffer rows;
  private final long mirror;
  private final int chunkRows;
  private final long[] chunks;

  /**
   * @param mirror address of the mirror
   */
  PinnedRing(RowBuffer rows, long mirror) {
    this.rows = rows;
    this.mirror = mirror;
    chunkRows = Math.max(1, rows.chunkRows());
    chunks = new long[rows.chunks()];
    for (int c = 0; c < chunks.length; c++) {
      chunks[c] = Host.of(rows.bytes(c * chunkRows)).address();
    }
  }

  /** Address of a row on the device. */
  long onDevice(int row) {
    return mirror + rows.offset(row);
  }

  private Host onHost(int row) {
    return new Host(chunks[row / chunkRows] + rows.byteAt(row));
  }

  /** Starts the copy of rows to the device. */
  void toDevice(int from, int count, Stream stream) {
    for (int done = 0; done < count; ) {
      int row = from + done;
      int some = rows.rowsInChunk(row, count - done);
      check(
          "the copy of rows to the device",
          JCudaDriver.cuMemcpyHtoDAsync(
              Device.at(onDevice(row)), onHost(row), rows.offset(some), stream));
      done += some;
    }
  }

  /** Starts the copy of rows to the host. */
  void toHost(int from, int count, Stream stream) {
    for (int done = 0; done < count; ) {
      int row = from + done;
      int some = rows.rowsInChunk(row, count - done);
      check(
          "the copy of evicted rows to the host",
          JCudaDriver.cuMemcpyDtoHAsync(
              onHost(row), Device.at(onDevice(row)), rows.offset(some), stream));
      done += some;
    }
  }
}
