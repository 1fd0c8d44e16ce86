"""
The app's page as a browser shows it.
"""

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait


def fibonacci(index: int) -> int:
    """
    By addition alone, so that it shares nothing with the worker.
    """
    before, value = 1, 1
    for _ in range(index - 1):
        before, value = value, before + value
    return value


def opened(browser: webdriver.Chrome, url: str) -> webdriver.Chrome:
    """
    The *browser* with the page at *url*, ready for an index.
    """
    browser.get(url)
    WebDriverWait(browser, 30).until(
        lambda driver: driver.find_element(By.ID, "index")
    )

    return browser


def enter(page: webdriver.Chrome, text: str) -> None:
    """
    Type *text* into the empty field and press Enter.
    """
    field = page.find_element(By.ID, "index")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)
    field.send_keys(text, Keys.ENTER)


def value_of(page: webdriver.Chrome, index: int) -> str:
    """
    Enter *index* and read the value that appears.
    """
    enter(page, str(index))
    row = f'[data-index="{index}"][data-state="done"] .value'
    value = WebDriverWait(page, 60).until(
        lambda driver: driver.find_element(By.CSS_SELECTOR, row)
    )

    return str(value.get_attribute("textContent"))
