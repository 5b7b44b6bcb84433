using Convergence.Optimization.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Optimization.Tests.Text;

public sealed class SequenceMatcherTests
{
    /// <summary>Ratios that Python's difflib gives; in the last case, most characters are too frequent to begin a match.</summary>
    [TestCase("kitten", "sitting", 0.6153846153846154)]
    [TestCase("Paris", "The capital is Paris", 0.4)]
    [TestCase("", "", 1.0)]
    [TestCase("a", "", 0.0)]
    [TestCase("accabcbccacabbcaacbccbbcaacacb", "cacaacababbccbcbbccbabaaababcbcbbcbcbccb", 0.45714285714285713)]
    [TestCase(
        "abababaabbaabbababaabbbaaabbbaabaaaaabbbaabbbabbbbabbabbbbba",
        "d cad  bacdcc cda aaccdc  cbcbcc ccdaa bc bcbcbdaa ccbdbacb dcbaa bc b",
        0.15384615384615385)]
    [TestCase(
        "bb a b abb bbb bbb babaaab  b  aa b   b baa baaaa  ab aab aa ba a  ba abab babaaa aaabaab  babab   bthe quick brown fox jumps",
        "abbaaaaaaaba a  bbababb b bbbabbaa a  ba aabb   b a bab b bb bbaaa b  ababaabb bab a   b a "
        + "b  a  abaaba a a baabaaa b b baa    aa  a a b aaaa ab  bbb bb bab ab ab      ba baaab b  b  aabaa  the quick brown fox jumped",
        0.14076246334310852)]
    public void The_ratio_is_that_of_difflib(string first, string second, double ratio) =>
        Assert.That(SequenceMatcher.Ratio(first, second), Is.EqualTo(ratio).Within(1e-15));

    [Test]
    public void A_text_matches_itself_and_nothing_matches_more() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        ArbMap.Default.ArbFor<NonNull<string>>(),
        (first, second) =>
            SequenceMatcher.Ratio(first.Get, second.Get) is >= 0 and <= 1
            && (first.Get.Length >= 200 || SequenceMatcher.Ratio(first.Get, first.Get) == 1)).QuickCheckThrowOnFailure();
}
