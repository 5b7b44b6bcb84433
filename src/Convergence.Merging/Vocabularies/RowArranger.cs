using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Makes the tensor that a <see cref="RowMap"/> describes.</summary>
internal static class RowArranger
{
    /// <param name="own">The model's tensor, ready for the device.</param>
    /// <param name="map">The arrangement.</param>
    /// <param name="donors">The tensors that rows are borrowed from, ready for the device.</param>
    /// <param name="device">Where the result is made.</param>
    public static DeviceTensor Arrange(DeviceTensor own, RowMap map, IReadOnlyList<DeviceTensor> donors, ComputeDevice device)
    {
        var width = own.ElementCount / own.Shape[0];
        var made = device.Allocate(TypeOf(own, map, donors), RowsOf(own.Shape, map.RowCount));
        using var fill = new RowFill(own, map.Rows, width, device);
        var rows = map.Rows;
        for (var row = 0; row < rows.Length;)
        {
            var source = rows[row];
            var length = source >= 0 ? RunLength(rows[row..]) : 1;
            var target = made.Slice(row * width, length * width);
            switch (source)
            {
                case >= 0:
                    device.Merging.Copy(own.Slice(source * width, length * width), target);
                    break;
                case RowMap.Zero:
                    device.Merging.Copy(fill.Zero, target);
                    break;
                case RowMap.Mean:
                    device.Merging.Copy(fill.Mean, target);
                    break;
                default:
                    Borrow(map.Borrowed[RowMap.BorrowedIndex(source)].AsSpan(), donors, width, device, target);
                    break;
            }

            row += length;
        }

        return made;
    }

    /// <summary>The shape that a tensor has in the output's vocabulary.</summary>
    public static TensorShape RowsOf(TensorShape shape, int rowCount) =>
        shape.Rank == 1 ? new TensorShape(rowCount) : new TensorShape(rowCount, shape[1]);

    // Rows that follow each other in the model and in the output are copied at once.
    private static int RunLength(ReadOnlySpan<int> rows)
    {
        var length = 1;
        while (length < rows.Length && rows[length] == rows[0] + length)
        {
            length++;
        }

        return length;
    }

    private static void Borrow(
        ReadOnlySpan<BorrowedRow> sources, IReadOnlyList<DeviceTensor> donors, long width, ComputeDevice device, DeviceTensor target)
    {
        var rows = new DeviceTensor[sources.Length];
        var weights = new double[sources.Length];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = donors[sources[index].Donor].Slice(sources[index].Row * width, width);
            weights[index] = 1.0 / rows.Length;
        }

        device.Merging.Combine(rows, weights, target);
    }

    // Rows of one type are kept as they are; a mean, or a row of another type, would lose digits in a narrow one.
    private static DType TypeOf(DeviceTensor own, RowMap map, IReadOnlyList<DeviceTensor> donors)
    {
        if (donors.Append(own).Any(tensor => tensor.DType == DType.F64))
        {
            return DType.F64;
        }

        var isExact = donors.All(donor => donor.DType == own.DType)
            && map.Borrowed.All(mix => mix.Length == 1) && !map.Rows.Contains(RowMap.Mean);
        return isExact || !own.DType.IsComputable() ? own.DType : DType.F32;
    }
}
