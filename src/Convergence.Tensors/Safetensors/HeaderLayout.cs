namespace Convergence.Tensors.Safetensors;

/// <summary>The checks that concern where tensors lie, after each entry by itself was found sound.</summary>
internal static class HeaderLayout
{
    /// <summary>
    /// Sorts the entries by position and checks that they cover the data exactly: every byte belongs to one tensor.
    /// </summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="entries">The tensors; sorted by this method.</param>
    /// <param name="dataByteCount">The bytes of the file after its header.</param>
    /// <exception cref="SafetensorsException">A hole, an overlap, truncated or trailing data.</exception>
    public static void Check(string path, List<TensorEntry> entries, long dataByteCount)
    {
        // Empty tensors sort before the one that begins where they do; names settle the order of several empty ones.
        entries.Sort(static (a, b) =>
            a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin)
            : a.End != b.End ? a.End.CompareTo(b.End)
            : string.CompareOrdinal(a.Name, b.Name));
        long covered = 0;
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            if (entry.Begin > covered)
            {
                throw Fail(SafetensorsError.Hole, path, $"{entry.Begin - covered} bytes before {entry} belong to no tensor.");
            }

            if (entry.Begin < covered)
            {
                throw Fail(SafetensorsError.Overlap, path, $"{entry} overlaps {entries[index - 1]}.");
            }

            if (entry.End > dataByteCount)
            {
                throw Fail(
                    SafetensorsError.DataBeyondFile,
                    path,
                    $"{entry} ends beyond the file, which holds {dataByteCount} bytes of data: it is truncated, or its header lies.");
            }

            covered = entry.End;
        }

        if (covered != dataByteCount)
        {
            throw Fail(
                SafetensorsError.TrailingData,
                path,
                $"{dataByteCount - covered} bytes follow the last tensor, which ends at {covered}.");
        }
    }

    private static SafetensorsException Fail(SafetensorsError error, string path, string detail) =>
        new(error, path, $"{detail} Download or export the file again.");
}
