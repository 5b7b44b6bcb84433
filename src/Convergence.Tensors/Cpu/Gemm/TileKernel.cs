using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// Multiplies tiles of up to 12 rows by one panel of 32 columns with the widest vectors there are. Every width takes the
/// same steps in the same order, so an element's bits depend neither on the machine nor on the tile that it falls into.
/// </summary>
internal static unsafe class TileKernel
{
    /// <summary>The most rows of a tile.</summary>
    public const int MaxRows = 12;

    /// <summary>Columns of a panel: two 512-bit vectors.</summary>
    public const int Columns = 32;

    /// <summary>The height of the next tile when so many rows are left: 12, 8, 4, 2 or 1.</summary>
    public static int HeightFor(int rowsLeft) => rowsLeft switch
    {
        >= 12 => 12,
        >= 8 => 8,
        >= 4 => 4,
        >= 2 => 2,
        _ => 1,
    };

    /// <summary>Computes a tile of <paramref name="height"/> rows, as <see cref="HeightFor"/> gives them, by 32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(int height, in TileArguments tile)
    {
        if (Avx512F.IsSupported)
        {
            Multiply512(height, tile);
        }
        else if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
        {
            Multiply256(height, tile);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Multiply128(height, tile);
        }
        else
        {
            TileScalar.Multiply(height, Columns, tile);
        }
    }

    private static void Multiply512(int height, in TileArguments tile)
    {
        switch (height)
        {
            case 12: Tile512.Multiply12(tile); break;
            case 8: Tile512.Multiply8(tile); break;
            case 4: Tile512.Multiply4(tile); break;
            case 2: Tile512.Multiply2(tile); break;
            default: Tile512.Multiply1(tile); break;
        }
    }

    private static void Multiply256(int height, TileArguments tile)
    {
        // A tile of 12 is two of 6, one of 8 two of 4.
        var step = height switch { 12 => 6, 8 => 4, _ => height };
        for (var row = 0; row < height; row += step)
        {
            for (var column = 0; column < Columns; column += 16)
            {
                var part = Part(tile, row, column);
                switch (step)
                {
                    case 6: Tile256.Multiply6(part); break;
                    case 4: Tile256.Multiply4(part); break;
                    case 2: Tile256.Multiply2(part); break;
                    default: Tile256.Multiply1(part); break;
                }
            }
        }
    }

    private static void Multiply128(int height, TileArguments tile)
    {
        var step = Math.Min(height, 4);
        for (var row = 0; row < height; row += step)
        {
            for (var column = 0; column < Columns; column += 8)
            {
                var part = Part(tile, row, column);
                switch (step)
                {
                    case 4: Tile128.Multiply4(part); break;
                    case 2: Tile128.Multiply2(part); break;
                    default: Tile128.Multiply1(part); break;
                }
            }
        }
    }

    private static TileArguments Part(TileArguments tile, int row, int column)
    {
        tile.A += row;
        tile.B += column;
        tile.Initial += column;
        tile.C += (row * tile.CStep) + column;
        return tile;
    }
}
