package dev.farsight.bench.scaling;

/**
 * Bytes that leave a host in a step; as many arrive. All are expected values.
 *
 * @param uniqueRows that the samples of one rank look up
 * @param ids of rows, in the look-ahead
 * @param rows forward
 * @param gradients of rows, backward; those of replicated rows too
 * @param dense gradients, summed by pieces and gathered
 * @param places of the ranks
 */
record Traffic(
    double uniqueRows, double ids, double rows, double gradients, double dense, Places places) {

  /** Words of the header with which a rank announces to another one which ids follow. */
  private static final int HEADER_WORDS = 8;

  static Traffic of(Workload work, Places places, Way way) {
    int perHost = places.ranksAHost();
    double unique = work.uniqueRows(work.samples());
    double replicated = way.replicatedOfEach() == 0 ? 0 : work.hotRows(way.replicatedOfEach());
    double travelling =
        way.onceAHost()
            ? work.uniqueRows((double) work.samples() * perHost)
            : perHost * (unique - replicated);
    double crossing = travelling * places.remoteShare();
    double headers = 8.0 * HEADER_WORDS * perHost * places.elsewhere();
    double dense = 2.0 * Float.BYTES * work.denseParameters();
    double copies = perHost * replicated * places.elsewhere();
    return new Traffic(
        unique,
        crossing * work.idBytes() + (places.hosts() == 1 ? 0 : headers),
        crossing * work.dim() * way.weightBytes(),
        (crossing + copies) * work.dim() * Float.BYTES,
        way.onceAHost()
            ? dense * places.remoteShare()
            : dense / places.ranks() * perHost * places.elsewhere(),
        places);
  }

  double all() {
    return ids + rows + gradients + dense;
  }
}
