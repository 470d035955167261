package dev.clipserve.fetch;

/**
 * Which URLs may be fetched; the addresses of their hosts are looked at later.
 *
 * @param allowHttp whether also such that are not encrypted
 * @param hosts the hosts they may have
 * @param maxRedirects how often one may lead to another, each of which must be allowed as if it were asked for
 */
public record UrlRules(boolean allowHttp, AllowedHosts hosts, int maxRedirects) {

    /**
     * Refuses what may not be fetched.
     *
     * @throws FetchException if it may not
     */
    void check(FetchTarget target) {
        if (!target.secure() && !allowHttp) {
            throw FetchException.notAllowed("The URL is not https, and this service fetches by nothing else.");
        }
        if (!hosts.contain(target)) {
            throw FetchException.hostNotAllowed();
        }
    }
}
