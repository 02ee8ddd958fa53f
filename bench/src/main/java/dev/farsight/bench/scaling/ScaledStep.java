package dev.farsight.bench.scaling;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A step on several hosts, as predicted. Times are in seconds.
 *
 * @param host what one host needs, with the wait for the slowest rank of all
 * @param ids in the look-ahead, beside the step
 * @param rows forward
 * @param gradients of rows
 * @param dense gradients
 * @param copies between devices and their hosts' memory of what crosses the network
 * @param link time in which the link of a host is busy
 */
record ScaledStep(
    double host,
    double ids,
    double rows,
    double gradients,
    double dense,
    double copies,
    double link) {

  static ScaledStep of(HostStep one, Traffic traffic, Network network) {
    Places places = traffic.places();
    double slowest =
        Straggler.factor(one.deviation(), places.ranks())
            / Straggler.factor(one.deviation(), places.ranksAHost());
    double ofRank = (traffic.rows() + traffic.gradients() + traffic.dense()) / places.ranksAHost();
    return new ScaledStep(
        one.seconds() * slowest,
        network.seconds(traffic.ids(), places, 2),
        network.seconds(traffic.rows(), places, 1),
        network.seconds(traffic.gradients(), places, 1),
        network.seconds(traffic.dense(), places, 2),
        // What is sent leaves the device, and what comes goes to it: one after the other.
        2 * ofRank / one.copyBytesPerSecond(),
        traffic.all() / network.linkBytesPerSecond());
  }

  /** Nothing but the look-ahead is beside the step: the longest that it should take. */
  double oneAfterTheOther() {
    double step = host + rows + gradients + dense + copies;
    return Math.max(step, Math.max(ids, link));
  }

  /** All exchanges are beside computing as far as the link lets them: the shortest. */
  double allAtOnce() {
    return Math.max(host, Math.max(link, Math.max(ids, rows + gradients + dense)));
  }

  /** What one host alone would do in this time, of what it does alone. */
  static double efficiency(HostStep one, double seconds) {
    return one.seconds() / seconds;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("host_ms", host * 1e3);
    json.put("ids_ms", ids * 1e3);
    json.put("rows_ms", rows * 1e3);
    json.put("gradients_ms", gradients * 1e3);
    json.put("dense_ms", dense * 1e3);
    json.put("copies_ms", copies * 1e3);
    json.put("link_ms", link * 1e3);
    json.put("one_after_the_other_ms", oneAfterTheOther() * 1e3);
    json.put("all_at_once_ms", allAtOnce() * 1e3);
    return json;
  }
}
