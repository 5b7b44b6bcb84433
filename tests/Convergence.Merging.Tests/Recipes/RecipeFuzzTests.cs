using Convergence.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Recipes;

/// <summary>
/// Recipes that were cut, spliced and scribbled on: read, or refused by name; no crash, no hang, no more memory than the text warrants.
/// </summary>
public sealed class RecipeFuzzTests
{
    private const string Source = "recipe.yaml";

    // Parsing a few kilobytes builds a tree of them and, for an alias, its expansion up to the cap on values.
    private const long MaxAllocatedByteCount = 64 << 20;

    private static readonly string[] Sound =
    [
        """
        merge_method: ties
        base_model: models/base
        models:
          - model: models/a
            parameters: {weight: 0.5, density: [0.2, 0.8]}
          - model: models/b
            parameters:
              weight:
                - {filter: mlp, value: [0, 0.5, 1]}
                - value: 0.3
        parameters: {normalize: true, lambda: 0.9}
        dtype: float32
        out_dtype: bfloat16
        seed: 7
        """,
        """
        merge_method: slerp
        base_model: "a"
        slices:
          - sources:
              - {model: a, layer_range: [0, 4]}
              - {model: b, layer_range: [0, 4]}
          - sources:
              - model: a
                layer_range: [4, 6]
              - model: b
                layer_range: [4, 6]
        parameters:
          t:
            - {filter: self_attn, value: [0, 0.5, 0.3]}
            - value: 0.5
        tokenizer_source: base
        """,
        """
        merge_method: passthrough
        slices:
          - sources:
              - &one
                model: a
                layer_range: [0, 2]
                parameters: {scale: 0.5}
          - sources:
              - *one
        dtype: float16
        """,
        """
        name: first
        merge_method: linear
        models: [{model: a, parameters: {weight: 1}}, {model: b, parameters: {weight: 1e-3}}]
        ---
        merge_method: dare_ties
        base_model: first
        models:
        - model: c
          parameters: {weight: .5, density: 0.53, rescale: false}
        tokenizer: {source: union, tokens: {"<s>": {source: a, force: true}}}
        chat_template: auto
        """,
    ];

    private static readonly string[] Scraps =
    [
        "- ", ": ", "{", "}", "[", "]", "&a", "*a", "*one", "!!binary ", "---\n", "...\n",
        "|", ">-\n", "\"", "'", "#", "\t", "\0", "\uFEFF", "\u2028", "\\x00",
        "null", "~", "true", "1e999", "-0", ".nan", ".inf", "0x7fffffffffffffff",
        "99999999999999999999", "<<: *one", "? ", "weight", "models", "model",
        "slices", "merge_method", "layer_range", "[0, 99999999]", "[-1, 2]", "[5, 5]",
        "parameters", "filter", "value", "density", "\n", "\n  ", "\r\n", "%YAML 9.9\n",
        "&b [*b]", "tokenizer", "modules", "name: first", "base_model", "../..", "/dev/zero", "💥",
    ];

    private static readonly string Deep = new('[', 5_000);
    private static readonly string Flow = string.Concat(Enumerable.Repeat("{a: ", 400));
    private static readonly string Aliases = "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(
        "bcdefghi".Select(letter => $"{letter}: &{letter} [{string.Join(',', Enumerable.Repeat($"*{(char)(letter - 1)}", 9))}]\n"));

    [Test]
    public void Parse_DamagedRecipes_NeverDoesMoreThanRefuse()
    {
        var refused = 0;
        var accepted = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(FuzzCount.Value),
            Prop.ForAll(Damages(), damages =>
            {
                var text = damages.Aggregate(Sound[damages[0].Kind % Sound.Length], Apply);
                _ = ParsesOrRefuses(text) ? accepted++ : refused++;
            }));

        // Otherwise the damage would be too gentle, or too rough, to prove anything.
        Assert.That(refused, Is.GreaterThan(FuzzCount.Value / 4));
        Assert.That(accepted, Is.GreaterThan(FuzzCount.Value / 100));
    }

    [Test]
    public void Parse_SoundRecipes_AreRead() => Assert.That(Sound.Select(ParsesOrRefuses), Is.All.True);

    private static bool ParsesOrRefuses(string text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            RecipeReader.ParseSequence(text, Source);
            return true;
        }
        catch (RecipeException exception)
        {
            Assert.That(exception.Message, Does.StartWith(Source));
            return false;
        }
        finally
        {
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MaxAllocatedByteCount));
        }
    }

    private static Arbitrary<(int Kind, int Place, int Size)[]> Damages() =>
        Gen.Choose(0, int.MaxValue - 1).ArrayOf(3).Select(numbers => (Kind: numbers[0], Place: numbers[1], Size: numbers[2]))
            .NonEmptyListOf().Select(list => list.Take(1 + (list.First().Place % 3)).ToArray()).ToArbitrary();

    private static string Apply(string text, (int Kind, int Place, int Size) damage)
    {
        var place = damage.Place % (text.Length + 1);
        var length = Math.Min(damage.Size % 24, text.Length - place);
        return (damage.Kind / 7 % 12) switch
        {
            0 => text.Remove(place, length),
            1 => text[..place],
            2 => text.Insert(place, text.Substring(place, length)),
            3 or 4 or 5 => text.Insert(place, Scraps[damage.Size % Scraps.Length]),
            6 => text.Remove(place, length).Insert(place, Scraps[damage.Size % Scraps.Length]),
            7 => text[..place] + Sound[damage.Size % Sound.Length][(damage.Size / 7 % Sound[damage.Size % Sound.Length].Length)..],
            8 => SwapLines(text, damage.Place, damage.Size),
            9 => text.Insert(place, ((char)(damage.Size % 0xD800)).ToString()),
            10 => text.Insert(place, ((char)(0xD800 + (damage.Size % 0x800))).ToString()),
            _ => text.Insert(place, (damage.Size % 3) switch { 0 => Deep, 1 => Flow, _ => Aliases }),
        };
    }

    private static string SwapLines(string text, int first, int second)
    {
        var lines = text.Split('\n');
        var (left, right) = (first % lines.Length, second % lines.Length);
        (lines[left], lines[right]) = (lines[right], lines[left]);
        return string.Join('\n', lines);
    }
}
