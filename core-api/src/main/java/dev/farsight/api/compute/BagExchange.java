package dev.farsight.api.compute;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * The part of a {@link RowExchange} that exchanges sums of bags: of the tables whose features
 * {@link SummedBags} names. Their rows do not travel. Instead, each rank adds up those of its rows
 * that a bag of any rank looks up, times the weights of their lookups, and sends the sum to the
 * rank that has the sample. That rank adds the sums of all owners in rank order, its own among
 * them, and divides by the number of lookups if the feature takes the mean. Backward, the gradient
 * of a bag, so divided, goes to the same owners. The gradient of a row is the sum over the lookups
 * of all ranks, in rank order and then in lookup order.
 *
 * <p>This rank adds up the rows of V features, {@link #features}. The bags of all ranks have
 * numbers: rank by rank, of a rank feature by feature, of a feature sample by sample. Sums are sent
 * in this order, and gradients of bags arrive in it. Sums arrive owner by owner, and of an owner in
 * the order in which it sends them.
 *
 * <pre>
 * sampleStarts[p]  samples of the ranks before rank p; its first bag is V times that      int[N + 1]
 * askedStarts[p]   arrival position of the first row of such tables that this rank looks
 *                  up on rank p, behind all rows that arrive; such rows do not arrive      int[N + 1]
 * rowStarts[p]     the rows that rank p looks up here are rows[rowStarts[p]] and so on,
 *                  in the order of its arrival positions                                   int[N + 1]
 * rows[m]          number of an owned row                                                  int32 [M]
 * </pre>
 *
 * From these, the batches and their unique rows follow the K lookups of owned rows, in the order of
 * their bags. The host lists them, so a step that exchanges sums has no {@linkplain
 * CompiledStep#rowFinder row finder}:
 *
 * <pre>
 * bagStarts[b]     first lookup of bag b; the last entry is K             int32 [bags + 1]
 * lookupRows[k]    number of the owned row of a lookup                    int32 [K]
 * lookupBags[k]    bag of a lookup                                        int32 [K]
 * lookupWeights[k] its weight; null if no lookups have weights            float32 [K]
 * ownedStarts[o]   position j of the first lookup of owned row o; [O] is K  int32 [O + 1]
 * ownedLookups[j]  lookups by owned row, of the same row in their order   int32 [K]
 * </pre>
 *
 * <p>Preallocated in host buffers of the compute backend.
 */
public final class BagExchange {

  private final SummedBags shape;
  private final int[] featureCounts;
  private final int[] sampleStarts;
  private final int[] askedStarts;
  private final int[] rowStarts;
  private final IntBuffer rows;
  private final IntBuffer bagStarts;
  private final IntBuffer lookupRows;
  private final IntBuffer lookupBags;
  private final FloatBuffer lookupWeights;
  private final IntBuffer ownedStarts;
  private final IntBuffer ownedLookups;

  /**
   * @param capacity samples of a full batch of one rank
   */
  BagExchange(ExchangeShape shape, BatchSchema schema, int capacity, HostBuffers buffers) {
    this.shape = shape.sums();
    int ranks = shape.ranks();
    featureCounts = new int[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      featureCounts[rank] = shape.sums().featuresOn(rank).length;
    }
    sampleStarts = new int[ranks + 1];
    askedStarts = new int[ranks + 1];
    rowStarts = new int[ranks + 1];
    rows = buffers.ints(this.shape.maxAskedRows());
    bagStarts = buffers.ints(maxBags(shape, capacity) + 1);
    lookupRows = buffers.ints(this.shape.maxLookups());
    lookupBags = buffers.ints(this.shape.maxLookups());
    lookupWeights = schema.weightedLookups() ? buffers.floats(this.shape.maxLookups()) : null;
    ownedStarts = buffers.ints(shape.maxOwnedRows() + 1L);
    ownedLookups = buffers.ints(this.shape.maxLookups());
  }

  /** Most bags of all ranks whose rows one rank can add up. */
  public static long maxBags(ExchangeShape shape, int capacity) {
    long most = 0;
    for (int rank = 0; rank < shape.ranks(); rank++) {
      most = Math.max(most, shape.sums().featuresOn(rank).length);
    }
    return most * shape.ranks() * capacity;
  }

  /** The features whose rows a rank adds up, in the order of its bags. Allocates. */
  public int[] features(int rank) {
    return shape.featuresOn(rank);
  }

  /** How many {@link #features} a rank has. */
  public int featureCount(int rank) {
    return featureCounts[rank];
  }

  /** Samples of a rank. */
  public int samples(int rank) {
    return sampleStarts[rank + 1] - sampleStarts[rank];
  }

  public int[] sampleStarts() {
    return sampleStarts;
  }

  public int[] askedStarts() {
    return askedStarts;
  }

  public int[] rowStarts() {
    return rowStarts;
  }

  public IntBuffer rows() {
    return rows;
  }

  public IntBuffer bagStarts() {
    return bagStarts;
  }

  public IntBuffer lookupRows() {
    return lookupRows;
  }

  public IntBuffer lookupBags() {
    return lookupBags;
  }

  /** Null if no lookups have weights. */
  public FloatBuffer lookupWeights() {
    return lookupWeights;
  }

  public IntBuffer ownedStarts() {
    return ownedStarts;
  }

  public IntBuffer ownedLookups() {
    return ownedLookups;
  }

  /** Bytes of such an exchange in host buffers. */
  static long bufferBytes(ExchangeShape shape, BatchSchema schema, int capacity) {
    if (!shape.sums().any()) {
      return 0;
    }
    long words = schema.weightedLookups() ? 4 : 3;
    return Integer.BYTES
        * (shape.sums().maxAskedRows()
            + maxBags(shape, capacity)
            + shape.maxOwnedRows()
            + 2
            + words * shape.sums().maxLookups());
  }
}
