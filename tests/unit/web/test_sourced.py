from apps.web.templatetags.ringi import sourced


def test_an_address_in_front_becomes_a_link_behind_the_sentence() -> None:
    shown = sourced("https://docs.aws.amazon.com/a#b: It takes <hours>.")
    assert shown == (
        'It takes &lt;hours&gt;. <a href="https://docs.aws.amazon.com/a#b" rel="noreferrer">AWS documentation</a>'
    )


def test_an_address_alone_and_one_at_the_end_lose_nothing() -> None:
    link = '<a href="https://docs.aws.amazon.com/a" rel="noreferrer">AWS documentation</a>'
    assert sourced("https://docs.aws.amazon.com/a").strip() == link
    assert sourced("Storage never shrinks. https://docs.aws.amazon.com/a") == f"Storage never shrinks. {link}"


def test_a_sentence_without_an_address_stays_text_to_be_escaped() -> None:
    assert sourced("API reference, <ModifyCluster>") == "API reference, <ModifyCluster>"
    assert not hasattr(sourced("plain"), "__html__")
