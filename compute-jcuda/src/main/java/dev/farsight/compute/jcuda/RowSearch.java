package dev.farsight.compute.jcuda;

import dev.farsight.api.data.Batch;

/** A way to find unique rows on the device. One search at a time. */
interface RowSearch extends AutoCloseable {

  /** A batch in search of its unique rows. It is reused once what was found is delivered. */
  interface Sought {

    /** Takes the indices of a batch, which may change from here on. */
    void take(Batch batch);

    /** Starts the copy of what was taken to the device. */
    void upload(Stream stream);

    /**
     * Starts the search in what was uploaded last. It fills {@link FoundOnDevice}.
     *
     * @param uniqueOf address where the unique row of each lookup goes
     */
    void find(long uniqueOf, Stream stream);
  }

  /** Allocates for a batch that is read ahead. */
  Sought sought();

  /** The kernels, with those of found.cu. */
  Kernels kernels();

  @Override
  void close();
}
