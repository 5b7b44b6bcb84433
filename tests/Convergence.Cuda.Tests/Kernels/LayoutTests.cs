using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Convergence.Cuda.Tests.Emulation;

namespace Convergence.Cuda.Tests.Kernels;

/// <summary>
/// The structs that kernels take are the host's, field by field: g++ says how it lays out the ones in the kernels' files.
/// </summary>
public sealed class LayoutTests
{
    private static readonly Dictionary<string, Type> HostStructs = typeof(CudaException).Assembly.GetTypes()
        .Where(type => type is { IsValueType: true, IsEnum: false, IsGenericType: false, IsNested: false })
        .ToDictionary(type => type.Name, StringComparer.Ordinal);

    [Test]
    public void HostStructs_AndKernelStructs_AreLaidOutAlike()
    {
        EmulatedGpu.Require();
        var kernelStructs = Parse(EmulatedGpu.Layouts);
        Assert.That(kernelStructs, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var (name, layout) in kernelStructs)
            {
                if (HostStructs.TryGetValue(name, out var type))
                {
                    Assert.That(LayoutOf(type), Is.EqualTo(layout), $"{type} is not laid out as the kernels' {name}.");
                }
                else
                {
                    Assert.That(name, Does.Not.EndWith("Args"), $"No struct of the host's is called {name}.");
                }
            }
        });
    }

    [Test]
    public void HostStructs_NamedAsArguments_BelongToAKernel()
    {
        EmulatedGpu.Require();
        var known = Parse(EmulatedGpu.Layouts).Keys;
        var arguments = HostStructs.Keys.Where(name => name.EndsWith("Args", StringComparison.Ordinal));
        Assert.That(arguments.Except(known), Is.Empty);
    }

    // "name size" and, indented, "field offset size", into "size: field@offset+size ...".
    private static Dictionary<string, string> Parse(string text)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.TrimStart().Split(' ');
            if (line[0] != ' ')
            {
                name = words[0];
                result[name] = words[1] + ":";
            }
            else
            {
                result[name] += $" {Plain(words[0])}@{words[1]}+{words[2]}";
            }
        }

        return result;
    }

    private static string LayoutOf(Type type)
    {
        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => (field.Name, Offset: OffsetOf(type, field), Size: SizeOf(field.FieldType)))
            .OrderBy(field => field.Offset)
            .Select(field => string.Create(CultureInfo.InvariantCulture, $" {Plain(field.Name)}@{field.Offset}+{field.Size}"));
        return string.Create(CultureInfo.InvariantCulture, $"{SizeOf(type)}:{string.Concat(fields)}");
    }

    // row_count and RowCount are one name.
    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    // How far the address of a field lies from its struct's: what the runtime's own code adds.
    private static long OffsetOf(Type type, FieldInfo field)
    {
        var method = new DynamicMethod("Offset", typeof(long), [typeof(nint)], type, skipVisibility: true);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_I8);
        code.Emit(OpCodes.Ret);
        var memory = Marshal.AllocHGlobal(SizeOf(type));
        try
        {
            return method.CreateDelegate<Func<nint, long>>()(memory) - memory;
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }
}
