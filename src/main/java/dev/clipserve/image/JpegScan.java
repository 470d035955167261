package dev.clipserve.image;

import dev.clipserve.image.JpegFrame.Component;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes the only scan of a sequential JPEG, unit after unit (ITU T.81 A.2), into the planes of a window. All of the
 * data are read, so that damage is found wherever it is; blocks outside the window cost nothing more than that.
 */
final class JpegScan {

    private final JpegFrame frame;
    private final Window units;
    private final JpegBlocks blocks;
    private final List<Part> parts;
    private final int[] block = new int[64];
    private final JpegIdct idct = new JpegIdct();

    /** What a scan knows of one component. */
    record Part(Component component, JpegBlocks.Coding coding, JpegPlane plane) {}

    /**
     * A scan at its beginning.
     *
     * @param units the window in minimum coded units
     */
    JpegScan(JpegFrame frame, Window units, JpegScanData data, List<Part> parts) {
        this.frame = frame;
        this.units = units;
        this.blocks = new JpegBlocks(data);
        this.parts = parts;
    }

    /**
     * Decodes everything.
     *
     * @param restartInterval after how many units the decoding starts anew; 0 for never
     */
    void decode(int restartInterval, TimeLimit deadline) throws CorruptImageException {
        int across = frame.unitsAcross();
        int down = frame.unitsDown();
        int interval = 0;
        int unitsLeft = 0;
        for (int y = 0; y < down; y++) {
            deadline.check();
            for (int x = 0; x < across; x++) {
                if (unitsLeft == 0) {
                    restart(interval++);
                    unitsLeft = restartInterval == 0 ? Integer.MAX_VALUE : restartInterval;
                }
                unit(x, y);
                unitsLeft--;
            }
        }
    }

    private void restart(int interval) throws CorruptImageException {
        blocks.startInterval(interval);
        for (Part part : parts) {
            part.coding.restart();
        }
    }

    private void unit(int x, int y) throws CorruptImageException {
        boolean wanted = units.contains(x, y);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            int horizontal = part.component.horizontal();
            int vertical = part.component.vertical();
            for (int b = 0; b < horizontal * vertical; b++) {
                int indices = blocks.next(part.coding, block);
                if (wanted) {
                    int column = (x - units.left()) * horizontal + b % horizontal;
                    int row = (y - units.top()) * vertical + b / horizontal;
                    part.plane.write(idct, block, indices, column, row);
                } else {
                    Arrays.fill(block, 0);
                }
            }
        }
    }
}
