using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Convergence.Testing.Isa;

/// <summary>The child's side of <see cref="IsaRunner"/>: <c>LEVEL TYPE METHOD</c>. Exit code 0 means that the check passed.</summary>
internal static class IsaProbe
{
    public const string PassedMark = "[check passed]";

    private const int ExitUsage = 2;
    private const int ExitStillWide = 3;
    private const int ExitFailed = 4;

    public static int Main(string[] arguments)
    {
        if (arguments.Length != 3 || !Enum.TryParse<IsaLevel>(arguments[0], out var level))
        {
            Console.Error.WriteLine("usage: LEVEL TYPE METHOD");
            return ExitUsage;
        }

        if (!IsInEffect(level))
        {
            Console.Error.WriteLine($"The runtime still uses wider instructions than {level}: its switches have changed their names.");
            return ExitStillWide;
        }

        var type = Type.GetType(arguments[1], throwOnError: true)!;
        var method = type.GetMethod(arguments[2], BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [])
            ?? throw new MissingMethodException(arguments[1], arguments[2]);
        try
        {
            method.Invoke(null, null);
        }
        catch (TargetInvocationException exception)
        {
            Console.Error.WriteLine(exception.InnerException);
            return ExitFailed;
        }

        Console.WriteLine(PassedMark);
        return 0;
    }

    private static bool IsInEffect(IsaLevel level) => level switch
    {
        IsaLevel.Vector256 => !Avx512F.IsSupported && !Vector512.IsHardwareAccelerated,
        IsaLevel.Vector128 => !Avx2.IsSupported && !Fma.IsSupported && !Vector256.IsHardwareAccelerated,
        IsaLevel.Scalar => !Vector128.IsHardwareAccelerated,
        _ => true,
    };
}
